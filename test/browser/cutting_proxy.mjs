import net from 'node:net'

/**
 * A way to a server that can be cut: every open connection breaks at once, without a goodbye, and
 * new ones are refused until `mend`.
 * @returns {Promise<{origin: string, cut(): void, mend(): void, close(): void}>}
 */
export async function startCuttingProxy(target) {
  const { port, hostname } = new URL(target)
  const open = new Set()
  let isCut = false
  const proxy = net.createServer(client => {
    if (isCut) return client.resetAndDestroy()
    const server = net.connect(Number(port), hostname)
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      open.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise(done => proxy.listen(0, '127.0.0.1', done))
  const breakAll = () => {
    for (const socket of open) socket.resetAndDestroy()
  }
  return {
    origin: `http://127.0.0.1:${proxy.address().port}`,
    cut() {
      isCut = true
      breakAll()
    },
    mend() {
      isCut = false
    },
    close() {
      proxy.close()
      breakAll()
    },
  }
}
