using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gabbro.Reactor.Http.Client;

/// <summary>What becomes of a request whose response leads elsewhere: RFC 9110, section 15.4.</summary>
internal static class RedirectRule
{
    /// <summary>Makes the request to follow with.</summary>
    /// <returns>False when the response is no redirection, or one that must not be followed.</returns>
    public static bool TryFollow(ClientRequest request, in ClientResponse response, [NotNullWhen(true)] out ClientRequest? next)
    {
        next = null;
        int status = response.StatusCode;
        if (status is not (301 or 302 or 303 or 307 or 308) || !response.TryGetField("location"u8, out ReadOnlySpan<byte> location))
            return false;
        if (!Uri.TryCreate(request.Uri, Encoding.UTF8.GetString(location), out Uri? target)
            || (target.Scheme != Uri.UriSchemeHttps && (target.Scheme != Uri.UriSchemeHttp || request.Origin.IsSecure)))
        {
            return false;
        }

        // 303 asks for a GET; 301 and 302 after POST have become one by what clients always did. 307 and 308 repeat the request.
        bool asGet = (status == 303 && request.KnownMethod != RequestMethod.Head)
            || (status is 301 or 302 && request.KnownMethod == RequestMethod.Post);
        bool keepsBody = !asGet && request.Body is not null;
        if (keepsBody && !request.Body!.CanReplay)
            return false;
        try
        {
            next = new ClientRequest(asGet ? "GET" : request.Method, target) { CloseAfter = request.CloseAfter, IsIdempotent = request.IsIdempotent };
        }
        catch (ArgumentException)
        {
            // A place that no request can be sent to: the response is the caller's.
            return false;
        }

        bool elsewhere = next.Origin != request.Origin;
        foreach ((string name, string value) in request.Fields)
        {
            bool describesBody = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
            if (!(elsewhere && FieldRule.IsCredential(name)) && (keepsBody || !describesBody))
                next.AddField(name, value);
        }

        if (keepsBody)
        {
            next.Body = request.Body;
            next.ExpectContinue = request.ExpectContinue;
        }

        return true;
    }
}
