// Node with the package ws, one process. Argument: the port.
import { WebSocketServer } from 'ws'
import { converse } from './answers.mjs'

const port = Number(process.argv[2])
const server = new WebSocketServer({ host: '127.0.0.1', port, backlog: 4096 })
server.on('connection', converse)
