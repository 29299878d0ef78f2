namespace Gabbro.Tools.HeapLab;

/// <summary>A program of the world and what to have it do: the same arguments must print the same with every malloc.</summary>
internal sealed record RealProgram(string Name, string File, string[] Arguments)
{
    internal static IReadOnlyList<RealProgram> All { get; } =
    [
        new("ls", "ls", ["-lR", "/usr/share/doc"]),
        new("find", "find", ["/usr/lib", "-name", "*.so"]),
        new("sort", "bash", ["-c", "seq 1 300000 | sort -R --random-source=/dev/zero | sort -n | md5sum"]),
        new("bash", "bash", ["-c", "for i in $(seq 1 300); do x=$x$i; y=$(echo $x | cut -c1-50); done; echo $y ${#x}"]),
        new("awk", "awk", ["BEGIN { for (i = 0; i < 200000; i++) a[i % 5000] = a[i % 5000] i % 7; n = 0; for (k in a) n += length(a[k]); print n }"]),
        new("sed", "bash", ["-c", "seq 1 100000 | sed -e 's/1/one/g' -e 's/\\(.*\\)2/\\1two/' | md5sum"]),
        new("tar", "bash", ["-c", "tar -cf - --sort=name --mtime=@0 /usr/share/perl* /etc/passwd 2>/dev/null | md5sum"]),
        new("gzip", "bash", ["-c", "seq 1 500000 | gzip -n9 | md5sum"]),
        new("xz", "bash", ["-c", "seq 1 200000 | xz -T2 -6 --block-size=200000 | xz -d | md5sum"]),
        new("python3", "python3", ["-c", "import json,re,threading\nd={str(i): list(range(i%60)) for i in range(30000)}\ns=json.dumps(d)\nassert json.loads(s)==d\nr=[]\nt=[threading.Thread(target=lambda: r.append(len(re.findall(r'\\d+',s)))) for _ in range(4)]\n[x.start() for x in t]; [x.join() for x in t]\nprint(len(s),r)"]),
        new("perl", "perl", ["-e", "my %h; $h{$_ % 5000} .= $_ for 1..500000; print join(',', map { length $h{$_} } sort { $a <=> $b } keys %h), \"\\n\""]),
        new("git", "bash", ["-c", "d=$(mktemp -d) && cd $d && export GIT_AUTHOR_DATE='@0 +0000' GIT_COMMITTER_DATE='@0 +0000' && git init -q . && git config user.email a@b.c && git config user.name a && seq 1 20000 > f && git add f && git commit -qm 1 && seq 2 20001 > f && git commit -qam 2 && git gc -q && git fsck && git log -p | md5sum; rm -rf $d"]),
        new("sqlite3", "sqlite3", [":memory:", "create table t(a integer primary key, b text); with recursive c(x) as (select 1 union all select x+1 from c where x<100000) insert into t select x, hex(x*7919) from c; create index i on t(b); select count(*), sum(length(b)), min(b), max(b) from t where b > '4'; select count(*) from t a join t b on a.b = b.b;"]),
        new("gcc", "bash", ["-c", "printf '#include <stdio.h>\\n#include <stdlib.h>\\nint main(void){puts(\"built\");return 0;}\\n' > /tmp/heaplab-$$.c && gcc -O2 -o /tmp/heaplab-$$ /tmp/heaplab-$$.c && /tmp/heaplab-$$; rm -f /tmp/heaplab-$$ /tmp/heaplab-$$.c"]),
        new("node", "node", ["-e", "let m=new Map(); for(let i=0;i<200000;i++) m.set('k'+i,{i,b:Buffer.alloc(i%100)}); let s=0; for (const v of m.values()) s+=v.b.length; console.log(m.size,s)"]),
        new("java", "bash", ["-c", "f=$(mktemp -d)/H.java; echo 'public class H { public static void main(String[] a) throws Exception { var m = new java.util.TreeMap<String, byte[]>(); for (int i = 0; i < 200000; i++) m.put(\"k\" + i % 5000, new byte[i % 500]); var b = java.nio.ByteBuffer.allocateDirect(1 << 22); var z = new java.util.zip.Deflater(); z.setInput(new byte[1 << 20]); z.finish(); System.out.println(m.size() + \" \" + b.capacity() + \" \" + z.deflate(b)); } }' > $f; java $f; echo $?; rm -f $f"]),
        new("dotnet", "dotnet", ["--list-sdks"]),
        new("curl", "curl", ["-s", "file:///etc/passwd"]),
        new("openssl", "openssl", ["dgst", "-sha256", "/etc/passwd"]),
    ];

    /// <summary>What must be installed; a line of shell is named for the program it runs.</summary>
    internal string Needs => File == "bash" ? Name : File;
}
