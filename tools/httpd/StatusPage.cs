using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Gabbro.Reactor;
using Gabbro.Reactor.Http.Server;

namespace Gabbro.Tools.Httpd;

/// <summary>What the server does, as JSON and as a page that draws connections against memory.</summary>
internal sealed class StatusPage(LoopGroup group, HttpServer?[] servers)
{
    /// <summary>Five minutes of seconds.</summary>
    private const int KeptSamples = 300;

    private readonly Lock _lock = new();
    private readonly Queue<(double Seconds, int Connections, long Memory, long Requests, double Cpu)> _samples = new();
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>The page; it fetches the JSON every second and draws.</summary>
    public static ReadOnlySpan<byte> Page => """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>httpd status</title>
        <style>
        body{font:15px/1.5 system-ui,sans-serif;margin:2em;background:#fff;color:#222}
        h1{font-size:20px}table{border-collapse:collapse;margin:1em 0}td,th{padding:.2em .9em;text-align:right;border-bottom:1px solid #ddd}
        svg{background:#fafafa;border:1px solid #ddd}.c{stroke:#1f77b4}.m{stroke:#d62728}polyline{fill:none;stroke-width:2}
        .lc{fill:#1f77b4}.lm{fill:#d62728}
        </style></head><body>
        <h1>httpd</h1>
        <p id="summary">waiting for the first sample</p>
        <svg id="plot" width="900" height="320" viewBox="0 0 900 320" role="img" aria-label="connections and memory over time"></svg>
        <table id="loops"></table>
        <script>
        const mib=b=>(b/1048576).toFixed(1)+' MiB';
        function line(s,f,max,cls){return '<polyline class="'+cls+'" points="'+s.map((p,i)=>(60+i*780/Math.max(1,s.length-1)).toFixed(1)+','+(290-f(p)*260/max).toFixed(1)).join(' ')+'"/>'}
        async function tick(){
          try{
            const d=await (await fetch('/_status.json',{cache:'no-store'})).json(),s=d.samples;
            document.getElementById('summary').textContent=d.connections+' connections, '+d.active+' active, '+d.requests+' requests, '+mib(d.memory)+' resident, up '+d.uptime.toFixed(0)+' s, '+d.backend;
            const mc=Math.max(1,...s.map(p=>p.connections)),mm=Math.max(1,...s.map(p=>p.memory));
            document.getElementById('plot').innerHTML=line(s,p=>p.connections,mc,'c')+line(s,p=>p.memory,mm,'m')
              +'<text x="8" y="24" class="lc">'+mc+' connections</text><text x="720" y="24" class="lm">'+mib(mm)+'</text>';
            document.getElementById('loops').innerHTML='<tr><th>loop<th>connections<th>requests<th>turns<th>events<th>timers<th>longest turn</tr>'
              +d.loops.map(l=>'<tr><td>'+l.name+'<td>'+l.connections+'<td>'+l.requests+'<td>'+l.turns+'<td>'+l.events+'<td>'+l.timers+'<td>'+l.longestTurnMs.toFixed(2)+' ms</tr>').join('');
            document.body.dataset.ready='yes';
          }catch(e){document.getElementById('summary').textContent='no answer: '+e}
          setTimeout(tick,1000);
        }
        tick();
        </script></body></html>

        """u8;

    /// <summary>Takes a sample. Any thread.</summary>
    public void Sample()
    {
        int connections = 0;
        long requests = 0;
        foreach (HttpServer? server in servers)
        {
            if (server is null)
                continue;
            connections += server.Statistics.Open;
            requests += server.Statistics.Requests;
        }

        double cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        lock (_lock)
        {
            _samples.Enqueue((Stopwatch.GetElapsedTime(_began).TotalSeconds, connections, Environment.WorkingSet, requests, cpu));
            if (_samples.Count > KeptSamples)
                _samples.Dequeue();
        }
    }

    /// <summary>The JSON. Any thread.</summary>
    public byte[] Json()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            HttpServerStatistics[] statistics = [.. servers.Where(s => s is not null).Select(s => s!.Statistics)];
            json.WriteStartObject();
            json.WriteNumber("uptime", Stopwatch.GetElapsedTime(_began).TotalSeconds);
            json.WriteString("backend", group.Loops[0].Backend.ToString());
            json.WriteNumber("connections", statistics.Sum(s => s.Open));
            json.WriteNumber("active", statistics.Sum(s => s.Active));
            json.WriteNumber("accepted", statistics.Sum(s => s.Accepted));
            json.WriteNumber("requests", statistics.Sum(s => s.Requests));
            json.WriteNumber("rejected", statistics.Sum(s => s.Rejected));
            json.WriteNumber("timedOut", statistics.Sum(s => s.TimedOut));
            json.WriteNumber("failed", statistics.Sum(s => s.Failed));
            json.WriteNumber("memory", Environment.WorkingSet);
            json.WriteNumber("managed", GC.GetTotalMemory(forceFullCollection: false));
            json.WriteNumber("cpuSeconds", Environment.CpuUsage.TotalTime.TotalSeconds);
            json.WriteStartArray("loops");
            for (int i = 0; i < group.Loops.Count && i < statistics.Length; i++)
            {
                LoopStatistics loop = group.Loops[i].Statistics;
                json.WriteStartObject();
                json.WriteString("name", group.Loops[i].Name);
                json.WriteNumber("connections", statistics[i].Open);
                json.WriteNumber("accepted", statistics[i].Accepted);
                json.WriteNumber("requests", statistics[i].Requests);
                json.WriteNumber("turns", loop.Turns);
                json.WriteNumber("events", loop.Events);
                json.WriteNumber("timers", loop.PendingTimers);
                json.WriteNumber("longestTurnMs", loop.LongestTurn.TotalMilliseconds);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("samples");
            lock (_lock)
            {
                foreach ((double seconds, int connections, long memory, long requests, double cpu) in _samples)
                {
                    json.WriteStartObject();
                    json.WriteNumber("t", seconds);
                    json.WriteNumber("connections", connections);
                    json.WriteNumber("memory", memory);
                    json.WriteNumber("requests", requests);
                    json.WriteNumber("cpu", cpu);
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
