import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** A running program, from the line on which it says where it listens. */
async function start(args, wanted) {
  const program = spawn(process.env.ANTIPHON, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(program, 'exit')
  const found = {}
  for await (const line of createInterface(program.stdout)) {
    for (const [name, pattern] of Object.entries(wanted)) found[name] ??= pattern.exec(line)?.[1]
    if (Object.values(found).every(Boolean)) {
      program.stdout.resume()
      return { ...found, program, exited }
    }
  }
  throw new Error('the program ended before it said where it listens')
}

const listening = /^listening on (\S+)/

/** `antiphon testing echo`, with the ping times that the suites expect unless others are given. */
export async function startEcho(args = ['--ping-interval', '300', '--ping-timeout', '200']) {
  const { origin, program, exited } = await start(['testing', 'echo', ...args], {
    origin: listening,
  })
  const stop = async () => {
    program.kill('SIGTERM')
    const [code] = await exited
    return code
  }
  return { origin, stop }
}

/** `antiphon testing model-server`, told what to do and asked what it counted. */
export async function startModels() {
  const { origin, program, exited } = await start(['testing', 'model-server'], {
    origin: listening,
  })
  const ask = async (method, where, body) => {
    const answer = await fetch(origin + where, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${where}: ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }
  return {
    origin,
    /** Does so from now on, and begins to count anew. */
    async script(wanted) {
      await ask('PUT', '/script', wanted)
      await ask('DELETE', '/ledger')
    },
    ledger: () => ask('GET', '/ledger'),
    async stop() {
      program.kill('SIGTERM')
      const [code] = await exited
      return code
    },
  }
}

/**
 * The whole program with a folder of its own, a token for it, and a way to kill it.
 * @param settings  TOML
 */
export async function startServer(settings = '') {
  const data = await mkdtemp(path.join(tmpdir(), 'antiphon-conformance-'))
  const config = path.join(data, 'antiphon.toml')
  await writeFile(config, settings)
  const serve = (address, wanted) =>
    start(['serve', '--listen', address, '--data', data, '--config', config], {
      origin: listening,
      ...wanted,
    })
  let running = await serve('127.0.0.1:0', { code: /#sign-in=(\S+)/ })
  const { origin, code } = running
  const ask = async (where, body, headers = {}) => {
    const answer = await fetch(origin + where, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${where}: ${await answer.text()}`)
    return answer.json()
  }
  const { token } = await ask('/api/v1/identity/redeem', { code })
  return {
    origin,
    token,
    /** @returns {Promise<string>} a key for `/v1` */
    async makeKey(wanted = { name: 'test' }) {
      const headers = { authorization: `Bearer ${token}` }
      return (await ask('/api/v1/identity/keys', wanted, headers)).key
    },
    /** @returns {Promise<string>} id of a new take */
    async openTake() {
      const headers = { authorization: `Bearer ${token}` }
      return (await ask('/api/v1/director/sessions', {}, headers)).sessionId
    },
    /** Kills it without a warning and starts it again at the same address, on the same folder. */
    async killAndRestart() {
      running.program.kill('SIGKILL')
      await running.exited
      running = await serve(new URL(origin).host, {})
    },
    /** Ends it in order and starts it again. */
    async restart() {
      running.program.kill('SIGTERM')
      await running.exited
      running = await serve(new URL(origin).host, {})
    },
    async stop() {
      running.program.kill('SIGTERM')
      const [exit] = await running.exited
      await rm(data, { recursive: true, force: true })
      return exit
    },
  }
}
