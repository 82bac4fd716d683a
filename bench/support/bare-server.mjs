// The least that answers over HTTP with node:http: what reads of the agent are held against.
import { createServer } from 'node:http'

// A string goes out in one write with the head: its best.
const value = 'x'.repeat(Number(process.argv[2]))
const server = createServer((_, response) => response.end(value))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
