import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

const startMs = 60_000

/**
 * Starts the program named by ANTIPHON on a free port with a data folder of its own.
 * @returns {Promise<{origin: string, signInLink: string, stop(): Promise<number>}>} stop gives the
 *   exit code
 */
export async function startServer() {
  const data = await mkdtemp(path.join(tmpdir(), 'antiphon-browser-'))
  const args = ['serve', '--listen', '127.0.0.1:0', '--data', data]
  const server = spawn(process.env.ANTIPHON, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(server, 'exit')
  const stop = async () => {
    server.kill('SIGTERM')
    const [code] = await exited
    await rm(data, { recursive: true, force: true })
    return code
  }
  try {
    return { ...(await readGreeting(server)), stop }
  } catch (failure) {
    await stop()
    throw failure
  }
}

async function readGreeting(server) {
  const timer = setTimeout(() => server.kill('SIGTERM'), startMs)
  let origin
  for await (const line of createInterface(server.stdout)) {
    origin ??= /^listening on (\S+)/.exec(line)?.[1]
    const signInLink = /(http\S+#sign-in=\S+)/.exec(line)?.[1]
    if (!origin || !signInLink) continue
    clearTimeout(timer)
    server.stdout.resume()
    return { origin, signInLink }
  }
  throw new Error('the server ended before it said where it listens')
}
