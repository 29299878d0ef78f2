// node's own http module, nothing above it.
const http = require('http');
const body = Buffer.from('Hello, World!');
http.createServer((request, response) => {
  response.setHeader('Content-Type', 'text/plain');
  response.setHeader('Content-Length', body.length);
  response.end(body);
}).listen(Number(process.argv[2]), '127.0.0.1');
