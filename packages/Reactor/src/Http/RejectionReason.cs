namespace Gabbro.Reactor.Http;

/// <summary>Why a message was refused: each rule of RFC 9110 and 9112, and each limit, has a name of its own, for logs and for tests.</summary>
public enum RejectionReason : byte
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>More empty lines before the request line than one client mistake explains.</summary>
    LeadingEmptyLines,

    /// <summary>The method is empty, too long, or holds a character that no token has.</summary>
    InvalidMethod,

    /// <summary>The request target is empty, of a form its method does not have, or holds a forbidden character.</summary>
    InvalidTarget,

    /// <summary>The request line is longer than its limit.</summary>
    RequestLineTooLong,

    /// <summary>What stands where the version should be is not one.</summary>
    InvalidVersion,

    /// <summary>A major version other than 1.</summary>
    UnsupportedVersion,

    /// <summary>A carriage return without its line feed, or a line feed without its carriage return.</summary>
    BareLineBreak,

    /// <summary>A field name is empty or holds a character that no token has, white space before the colon included.</summary>
    InvalidFieldName,

    /// <summary>A field value holds a control character.</summary>
    InvalidFieldValue,

    /// <summary>A line starts with white space: the obsolete folding of RFC 9112, section 5.2.</summary>
    ObsoleteFolding,

    /// <summary>The head is longer than its limit.</summary>
    HeadTooLong,

    /// <summary>More field lines than the limit.</summary>
    TooManyFields,

    /// <summary>An HTTP/1.1 request without a Host field.</summary>
    MissingHost,

    /// <summary>More than one Host field.</summary>
    DuplicateHost,

    /// <summary>The Host field is not a host with an optional port.</summary>
    InvalidHost,

    /// <summary>Content-Length is not a plain decimal number, or stands twice.</summary>
    InvalidContentLength,

    /// <summary>Both Content-Length and Transfer-Encoding: the classic of request smuggling.</summary>
    LengthAndTransferEncoding,

    /// <summary>Transfer-Encoding is malformed, repeated, or does not end in chunked.</summary>
    InvalidTransferEncoding,

    /// <summary>A transfer coding other than chunked.</summary>
    UnsupportedTransferEncoding,

    /// <summary>Transfer-Encoding in an HTTP/1.0 message.</summary>
    TransferEncodingInOldVersion,

    /// <summary>An expectation other than 100-continue.</summary>
    UnsupportedExpectation,

    /// <summary>A chunk size is not a hexadecimal number, or does not fit.</summary>
    InvalidChunkSize,

    /// <summary>A chunk extension is malformed.</summary>
    InvalidChunkExtension,

    /// <summary>Chunk extensions, or the zeros before a size, use more bytes than any purpose explains.</summary>
    ChunkOverheadTooLarge,

    /// <summary>The data of a chunk is not followed by CR LF.</summary>
    InvalidChunkEnd,

    /// <summary>The trailer section breaks a rule of field lines or is longer than its limit.</summary>
    InvalidTrailer,

    /// <summary>The body is longer than its limit.</summary>
    BodyTooLarge,

    /// <summary>The status line of a response is malformed.</summary>
    InvalidStatusLine,

    /// <summary>The head did not arrive in time.</summary>
    HeadTimeout,

    /// <summary>The body did not arrive in time, or slower than the minimum rate.</summary>
    BodyTimeout,
}
