namespace Gabbro.Tools.FastSearch.Options;

/// <summary>What --help and a wrong command line print.</summary>
internal static class HelpText
{
    internal const string Usage = "usage: fastsearch [OPTIONS] PATTERN [PATH...]  (--help for all options)";

    internal const string Full = """
        fastsearch: finds lines that hold literal text, in files, directories or standard input.

        usage: fastsearch [OPTIONS] PATTERN [PATH...]
               fastsearch [OPTIONS] -e PATTERN... [-f FILE...] [PATH...]
               fastsearch [OPTIONS] --files [PATH...]

        Patterns are literal text, never regular expressions (-F is accepted). Without a path the current directory is
        searched, or standard input if something is piped in. Exit code: 0 something matched, 1 nothing did, 2 an error.

        patterns
          -e, --regexp PATTERN     a pattern; may be repeated     -f, --file FILE     patterns from a file, one a line
          -i, --ignore-case        Unicode simple folding         -s, --case-sensitive
          -S, --smart-case         -i unless a pattern has a capital letter
          -w, --word-regexp        only whole words               -x, --line-regexp   only whole lines
          -v, --invert-match       lines that do not match

        output
          -c, --count              matching lines in each file    --count-matches     matches in each file
          -l, --files-with-matches                                --files-without-match
          -n / -N                  line numbers on / off          -H / -I             file names on / off
          -o, --only-matching      each match by itself           -b, --byte-offset   offsets from the file's beginning
          -A, -B, -C NUM           lines after, before, around    -m, --max-count NUM matching lines in each file
          --column                 column of the first match      --vimgrep           a line for each match
          --heading, --no-heading  --color auto|always|never      -p, --pretty        heading, numbers and colours
          -0, --null               a zero byte after file names   --json              one JSON message a line
          -q, --quiet              only the exit code             --stats             totals at the end
          --sort path|none         in order of path, still in parallel
          --no-messages            no word about files that cannot be read

        files
          --files                  list what would be searched    -g, --glob GLOB     take or (with !) leave files
          -t, --type TYPE          only files of a type           -T, --type-not TYPE
          --type-list              the types                      -L, --follow        follow symbolic links
          --hidden                 also names that begin with .   --no-ignore         disregard .gitignore and .ignore
          -u                       --no-ignore; -uu also --hidden; -uuu also --binary
          --binary                 binary files met while walking, too
          -a, --text               search binary files as text    --max-filesize NUM[K|M|G]
          --max-depth NUM          -E, --encoding NAME            auto (by byte order mark), utf-8, utf-16le, utf-16be, latin1, none
          --mmap, --no-mmap        whether large files are mapped     -j, --threads NUM

        other
          --tier TIER              scalar, vector128, avx2, avx512 or auto
          -h, --help               -V, --version                  version, processor features and the tier in use
        """;
}
