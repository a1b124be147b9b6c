// Fastify over HTTP, a cluster: /health, /document and POST /notes.
// Arguments: port, workers, a JSON file {health, document, headers, database}.
import cluster from 'node:cluster'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import fastify from 'fastify'

const [port, workers, file] = process.argv.slice(2)
const setup = JSON.parse(readFileSync(file, 'utf8'))

// The same sync mode as the server beside it: an answer means that the row is on the disk.
function openDatabase() {
  const database = new DatabaseSync(setup.database)
  database.exec('PRAGMA busy_timeout = 10000')
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = FULL')
  database.exec(
    'CREATE TABLE IF NOT EXISTS notes (id TEXT PRIMARY KEY, author TEXT NOT NULL, ' +
      'text TEXT NOT NULL, created_at INTEGER NOT NULL)',
  )
  return database
}

const noteSchema = {
  body: {
    type: 'object',
    required: ['text'],
    properties: { text: { type: 'string', minLength: 1, maxLength: 1000 } },
  },
}

function addNotes(app) {
  const database = openDatabase()
  const insert = database.prepare(
    'INSERT INTO notes (id, author, text, created_at) VALUES (?, ?, ?, ?)',
  )
  app.post('/notes', { schema: noteSchema }, (request, reply) => {
    const note = { id: `note_${randomUUID()}`, text: request.body.text, createdAt: new Date() }
    insert.run(note.id, 'bench', note.text, note.createdAt.getTime() * 1000)
    reply.code(201).header('Location', `/notes/${note.id}`)
    return note
  })
}

async function serve() {
  const app = fastify({ logger: false })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(setup.headers)
  })
  app.get('/health', async () => setup.health)
  app.get('/document', async () => setup.document)
  if (setup.database) addNotes(app)
  await app.listen({ host: '127.0.0.1', port: Number(port), backlog: 4096 })
}

if (cluster.isPrimary) {
  if (setup.database) openDatabase().close()
  for (let i = 0; i < Number(workers); ++i) cluster.fork()
} else {
  await serve()
}
