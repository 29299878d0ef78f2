using System.Globalization;
using System.Net;
using System.Text;

namespace Gabbro.Alloc;

/// <summary>Draws a map: rows of 256 KiB, a rectangle for each run.</summary>
internal static class HeapMapPicture
{
    private const long RowBytes = 256 * 1024;
    private const int Width = 1024;
    private const int RowHeight = 8;
    private const int RowPitch = 10;
    private const int Top = 28;

    internal static string ToSvg(HeapMap map)
    {
        StringBuilder shapes = new();
        int rows = 0;
        ulong previousEnd = 0;
        ulong rowStart = 0;
        foreach (HeapMapSpan span in map.Spans)
        {
            // Address space between regions is not drawn: a gap begins a new row.
            if (rows == 0 || span.Address != previousEnd)
            {
                rowStart = span.Address;
                rows++;
            }
            previousEnd = span.Address + (ulong)span.Bytes;
            foreach (HeapMapRun run in span.Runs) AddRun(shapes, span, run, ref rowStart, ref rows);
        }
        int height = Top + (rows * RowPitch) + 10;
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="sans-serif" font-size="13">
            <style>.u{"{"}fill:#2f6f9f{"}"}.f{"{"}fill:#b7d7a8{"}"}.c{"{"}fill:#f0c36d{"}"}.n{"{"}fill:#ececec{"}"}rect:hover{"{"}stroke:#000;stroke-width:.5{"}"}</style>
            <text x="0" y="16">{WebUtility.HtmlEncode(map.Name)}: {map.UsedBytes} of {map.TotalBytes} bytes used; blue used, green free, yellow kept by threads, grey never used; 256 KiB a row</text>
            {shapes}</svg>
            """);
    }

    internal static string ToHtml(HeapMap map) => $$"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Heap map: {{WebUtility.HtmlEncode(map.Name)}}</title>
        <style>html,body{margin:0;height:100%;overflow:hidden}svg{width:100%;height:100%;cursor:grab}</style></head><body>
        {{ToSvg(map)}}
        <script>
        const svg = document.querySelector('svg'), box = svg.viewBox.baseVal;
        svg.removeAttribute('width'); svg.removeAttribute('height'); svg.setAttribute('preserveAspectRatio', 'xMinYMin meet');
        const at = e => { const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse()); return p; };
        svg.addEventListener('wheel', e => {
          e.preventDefault();
          const p = at(e), k = e.deltaY < 0 ? 0.8 : 1.25;
          box.x = p.x - (p.x - box.x) * k; box.y = p.y - (p.y - box.y) * k; box.width *= k; box.height *= k;
        }, { passive: false });
        let from = null;
        svg.addEventListener('pointerdown', e => { from = at(e); svg.setPointerCapture(e.pointerId); });
        svg.addEventListener('pointermove', e => { if (from) { const p = at(e); box.x += from.x - p.x; box.y += from.y - p.y; } });
        svg.addEventListener('pointerup', () => { from = null; });
        </script></body></html>
        """;

    private static void AddRun(StringBuilder shapes, HeapMapSpan span, HeapMapRun run, ref ulong rowStart, ref int rows)
    {
        ulong at = run.Address;
        long left = run.Bytes;
        string kind = run.State switch
        {
            HeapMapState.Used => "u",
            HeapMapState.Free => "f",
            HeapMapState.Cached => "c",
            _ => "n",
        };
        while (left > 0)
        {
            if (at - rowStart >= (ulong)RowBytes)
            {
                rowStart = at;
                rows++;
            }
            long here = Math.Min(left, RowBytes - (long)(at - rowStart));
            double x = (double)(at - rowStart) * Width / RowBytes;
            double width = (double)here * Width / RowBytes;
            string what = run.Blocks == 0 ? $"{run.Bytes} bytes" : $"{run.Blocks} x {run.Bytes / run.Blocks} bytes";
            shapes.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"{kind}\" x=\"{x:0.###}\" y=\"{Top + ((rows - 1) * RowPitch)}\" width=\"{width:0.###}\" height=\"{RowHeight}\"><title>0x{run.Address:x} {run.State}: {what}, span 0x{span.Address:x}</title></rect>\n");
            at += (ulong)here;
            left -= here;
        }
    }
}
