namespace Gabbro.Tools.FastSearch.Options;

/// <summary>Names for kinds of files, by glob.</summary>
internal static class FileTypes
{
    internal static readonly SortedDictionary<string, string[]> All = new(StringComparer.Ordinal)
    {
        ["asm"] = ["*.asm", "*.s", "*.S"], ["c"] = ["*.c", "*.h", "*.H"], ["cmake"] = ["*.cmake", "CMakeLists.txt"],
        ["cpp"] = ["*.C", "*.H", "*.cc", "*.cpp", "*.cxx", "*.h", "*.hh", "*.hpp", "*.hxx", "*.inl"], ["cs"] = ["*.cs"],
        ["csproj"] = ["*.csproj"], ["css"] = ["*.css", "*.scss"], ["csv"] = ["*.csv"], ["docker"] = ["*Dockerfile*"], ["fsharp"] = ["*.fs", "*.fsi", "*.fsx"],
        ["go"] = ["*.go"], ["h"] = ["*.h", "*.hpp"], ["haskell"] = ["*.hs", "*.lhs"], ["html"] = ["*.ejs", "*.htm", "*.html"],
        ["java"] = ["*.java", "*.jsp", "*.jspx", "*.properties"], ["js"] = ["*.cjs", "*.js", "*.jsx", "*.mjs", "*.vue"], ["json"] = ["*.json", "composer.lock"],
        ["kotlin"] = ["*.kt", "*.kts"], ["log"] = ["*.log"], ["lua"] = ["*.lua"], ["make"] = ["*.mak", "*.mk", "Makefile*", "makefile*", "GNUmakefile"],
        ["markdown"] = ["*.markdown", "*.md", "*.mdown", "*.mdx"], ["md"] = ["*.markdown", "*.md", "*.mdown", "*.mdx"], ["msbuild"] = ["*.csproj", "*.fsproj", "*.proj", "*.props", "*.sln", "*.targets", "*.vcxproj"],
        ["perl"] = ["*.PL", "*.pl", "*.pm", "*.t"], ["php"] = ["*.php"], ["ps"] = ["*.ps1", "*.psd1", "*.psm1"], ["py"] = ["*.py", "*.pyi"],
        ["ruby"] = ["*.gemspec", "*.rb", "Gemfile", "Rakefile"], ["rust"] = ["*.rs"], ["sh"] = ["*.bash", "*.sh", "*.zsh", ".bashrc", ".profile"], ["sql"] = ["*.psql", "*.sql"],
        ["swift"] = ["*.swift"], ["tex"] = ["*.bib", "*.cls", "*.ltx", "*.sty", "*.tex"], ["toml"] = ["*.toml", "Cargo.lock"], ["ts"] = ["*.cts", "*.mts", "*.ts", "*.tsx"],
        ["txt"] = ["*.txt"], ["vb"] = ["*.vb"], ["xml"] = ["*.rng", "*.sch", "*.xhtml", "*.xjb", "*.xml", "*.xml.dist", "*.xsd", "*.xsl", "*.xslt"], ["yaml"] = ["*.yaml", "*.yml"], ["zig"] = ["*.zig"],
    };
}
