// Fastify with @fastify/websocket, one process. Argument: the port.
import websocket from '@fastify/websocket'
import fastify from 'fastify'
import { converse } from './answers.mjs'

const app = fastify({ logger: false })
await app.register(websocket)
app.get('/ws/:session/:client', { websocket: true }, converse)
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 4096 })
