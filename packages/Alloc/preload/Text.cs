using System;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>
/// Text into a small buffer and out to a descriptor or a C stream, without allocating: a report about the heap must not
/// change it.
/// </summary>
internal unsafe struct Text
{
    private const int Capacity = 512;

    internal fixed byte _bytes[Capacity];
    private int _length;
    private int _descriptor;
    private void* _stream;

    internal static void ToDescriptor(Text* text, int descriptor)
    {
        text->_length = 0;
        text->_descriptor = descriptor;
        text->_stream = null;
    }

    internal static void ToStream(Text* text, void* stream)
    {
        text->_length = 0;
        text->_stream = stream;
    }

    internal static void Add(Text* text, ReadOnlySpan<byte> literal)
    {
        byte* from = (byte*)literal.Start;
        for (int i = 0; i < literal.Length; i++) AddByte(text, from[i]);
    }

    internal static void AddCString(Text* text, byte* from)
    {
        while (*from != 0) AddByte(text, *from++);
    }

    internal static void AddNumber(Text* text, ulong value, int width)
    {
        byte* digits = stackalloc byte[20];
        int count = 0;
        do
        {
            digits[count++] = (byte)('0' + value % 10);
            value /= 10;
        }
        while (value != 0);
        for (int i = count; i < width; i++) AddByte(text, (byte)' ');
        while (count != 0) AddByte(text, digits[--count]);
    }

    /// <summary>The prefix of every line, which tells processes apart in one file.</summary>
    internal static void AddPrefix(Text* text)
    {
        Add(text, "[gabbro-malloc "u8);
        AddNumber(text, (ulong)Libc.Getpid(), 0);
        Add(text, "] "u8);
    }

    internal static void AddAddress(Text* text, void* address)
    {
        ulong value = (ulong)address;
        Add(text, "0x"u8);
        int shift = 60;
        while (shift > 0 && value >> shift == 0) shift -= 4;
        for (; shift >= 0; shift -= 4)
        {
            byte digit = (byte)(value >> shift & 15);
            AddByte(text, (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    internal static void Flush(Text* text)
    {
        int saved = *Libc.ErrnoLocation();
        if (text->_stream != null) Libc.Fwrite(text->_bytes, 1, (nuint)text->_length, text->_stream);
        else Libc.Write(text->_descriptor, text->_bytes, (nuint)text->_length);
        *Libc.ErrnoLocation() = saved;
        text->_length = 0;
    }

    private static void AddByte(Text* text, byte value)
    {
        if (text->_length == Capacity) Flush(text);
        text->_bytes[text->_length++] = value;
    }
}
