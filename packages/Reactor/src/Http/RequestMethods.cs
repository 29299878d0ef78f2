namespace Gabbro.Reactor.Http;

/// <summary>The names of methods.</summary>
internal static class RequestMethods
{
    /// <summary>Methods are case-sensitive (RFC 9110, 9.1): "get" is another method than GET.</summary>
    public static RequestMethod Recognise(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 when name.SequenceEqual("GET"u8) => RequestMethod.Get,
        3 when name.SequenceEqual("PUT"u8) => RequestMethod.Put,
        4 when name.SequenceEqual("HEAD"u8) => RequestMethod.Head,
        4 when name.SequenceEqual("POST"u8) => RequestMethod.Post,
        5 when name.SequenceEqual("PATCH"u8) => RequestMethod.Patch,
        5 when name.SequenceEqual("TRACE"u8) => RequestMethod.Trace,
        6 when name.SequenceEqual("DELETE"u8) => RequestMethod.Delete,
        7 when name.SequenceEqual("OPTIONS"u8) => RequestMethod.Options,
        7 when name.SequenceEqual("CONNECT"u8) => RequestMethod.Connect,
        _ => RequestMethod.Other,
    };

    /// <summary>The name to send for a method.</summary>
    public static ReadOnlySpan<byte> Name(RequestMethod method) => method switch
    {
        RequestMethod.Get => "GET"u8,
        RequestMethod.Head => "HEAD"u8,
        RequestMethod.Post => "POST"u8,
        RequestMethod.Put => "PUT"u8,
        RequestMethod.Delete => "DELETE"u8,
        RequestMethod.Connect => "CONNECT"u8,
        RequestMethod.Options => "OPTIONS"u8,
        RequestMethod.Trace => "TRACE"u8,
        RequestMethod.Patch => "PATCH"u8,
        _ => default,
    };
}
