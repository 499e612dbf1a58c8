using System.Diagnostics;
using System.Globalization;
using System.Net;
using Larder.Events.Tests.Support;
using Larder.Events.Tls;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>
/// Programs that others wrote, unchanged: curl, Python's http.client, nginx as a reverse proxy in front.
/// </summary>
public sealed class RealPartTests : IDisposable
{
    private readonly TlsServer _tls = TlsServer.Load(new TlsServerOptions
    {
        CertificateFile = TestCertificates.Shared.Server.Certificate,
        KeyFile = TestCertificates.Shared.Server.Key,
    });

    private readonly TestStore _store;
    private readonly string _folder = Directory.CreateTempSubdirectory("larder-real-").FullName;

    public RealPartTests() => _store = new TestStore(root => new ObjectServerOptions
    {
        Root = root,
        HttpEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
        HttpsEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
        Tls = _tls,
    });

    public void Dispose()
    {
        _store.Dispose();
        _tls.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Curl_stores_and_reads_objects()
        => CheckCurl([], "http://" + _store.EndPoint);

    [Fact]
    public void Curl_stores_and_reads_objects_over_tls()
    {
        int port = ((IPEndPoint)_store.Server.Endpoints[1]).Port;
        CheckCurl(["--cacert", TestCertificates.Shared.AuthorityFile], $"https://localhost:{port}");
    }

    [Fact]
    public void Nginx_in_front_hands_everything_on()
    {
        string nginx = Tools.Require("nginx-light", "/usr/sbin/nginx");
        string socket = Path.Join(_folder, "nginx");
        string configuration = Path.Join(_folder, "nginx.conf");
        File.WriteAllText(configuration, $$"""
            daemon off;
            master_process off;
            pid {{_folder}}/pid;
            error_log stderr;
            events { worker_connections 64; }
            http {
                access_log off;
                client_max_body_size 0;
                client_body_temp_path {{_folder}}/body;
                proxy_temp_path {{_folder}}/proxy;
                fastcgi_temp_path {{_folder}}/fastcgi;
                uwsgi_temp_path {{_folder}}/uwsgi;
                scgi_temp_path {{_folder}}/scgi;
                upstream store { server {{_store.EndPoint}}; keepalive 4; }
                server {
                    listen unix:{{socket}};
                    location / {
                        proxy_pass http://store;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_request_buffering off;
                    }
                }
            }
            """);
        using var process = Process.Start(new ProcessStartInfo(nginx, ["-c", configuration, "-e", "stderr"])
        {
            RedirectStandardError = true,
        })!;
        try
        {
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            Until.True(() => File.Exists(socket) || process.HasExited, "nginx listens");
            CheckCurl(["--unix-socket", socket], "http://localhost");
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [Fact]
    public void Python_stores_and_reads_objects()
    {
        string python = Tools.Require("python3", "/usr/bin/python3", "/usr/local/bin/python3");
        const string Script = """
            import http.client, sys
            connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]), timeout=30)
            def ask(method, path, body=None, **rest):
                connection.request(method, path, body, **rest)
                answer = connection.getresponse()
                return answer.status, answer.read()
            large = bytes(range(256)) * 8000
            assert ask('PUT', '/dev1/a', b'hello') == (201, b'')
            assert ask('GET', '/dev1/a') == (200, b'hello')
            assert ask('PUT', '/dev2/b', iter([large[:1000], large[1000:]]), encode_chunked=True,
                       headers={'Transfer-Encoding': 'chunked'}) == (201, b'')
            assert ask('GET', '/dev2/b') == (200, large)
            assert ask('GET', '/dev2/b', headers={'Range': 'bytes=10-19'}) == (206, large[10:20])
            assert ask('HEAD', '/dev2/b') == (200, b'')
            assert ask('GET', '/dev1/none') == (404, b'')
            assert ask('PUT', '/dev1/a', b'x', headers={'Content-MD5': 'XUFAKrxLKna5cZ2REBfFkg=='}) == (400, b'')
            assert ask('DELETE', '/dev1/a') == (204, b'')
            assert ask('DELETE', '/dev1/a') == (404, b'')
            print('good')
            """;
        string port = _store.EndPoint.Port.ToString(CultureInfo.InvariantCulture);
        Assert.Equal("good\n", Tools.Run(python, "-c", Script, port));
    }

    private void CheckCurl(string[] how, string server)
    {
        string curl = Tools.Require("curl", "/usr/bin/curl");
        string sent = Path.Join(_folder, "sent");
        string got = Path.Join(_folder, "got");
        byte[] content = new byte[3_000_000];
        new Random(7).NextBytes(content);
        File.WriteAllBytes(sent, content);
        Assert.Equal("201", Ask("/dev1/a", "-T", sent)); // waits for 100 Continue, since it is large
        Assert.Equal("200", Ask("/dev1/a"));
        Assert.Equal(content, File.ReadAllBytes(got));
        Assert.Equal("206", Ask("/dev1/a", "-r", "1000-1999"));
        Assert.Equal(content[1000..2000], File.ReadAllBytes(got));
        Assert.Equal("201", Ask("/dev2/b", "-T", sent, "-H", "Transfer-Encoding: chunked"));
        Assert.Equal("200", Ask("/dev2/b", "--compressed"));
        Assert.Equal(content, File.ReadAllBytes(got));
        Assert.Equal("200", Ask("/dev1/a", "-I"));
        Assert.Equal("304", Ask("/dev1/a", "-z", got));
        Assert.Equal("204", Ask("/dev1/a", "-X", "DELETE"));
        Assert.Equal("404", Ask("/dev1/a"));
        Assert.Equal("412", Ask("/dev2/b", "-T", sent, "-H", "If-None-Match: *"));

        string Ask(string path, params string[] what) => Tools.Run(
            curl, [.. how, .. what, "-sS", "--max-time", "60", "-o", got, "-w", "%{http_code}", server + path]);
    }
}
