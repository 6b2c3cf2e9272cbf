// A whole Bluesky network in one process: PLC, PDS, AppView, bsync and Ozone,
// from npm's @atproto/dev-env. It prints READY and the PDS's address when it
// answers, and ends on SIGTERM. bluesky-start.sh runs it.
import net from 'node:net'

// The servers would listen on every interface; keep them on loopback. This
// must come before they are loaded.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'number' || typeof first === 'string') {
    rest = rest.filter((arg) => typeof arg === 'function')
    return listen.call(this, { port: Number(first), host: '127.0.0.1' }, ...rest)
  }
  if (first && typeof first === 'object' && 'port' in first) {
    first = { ...first, host: '127.0.0.1' }
  }
  return listen.call(this, first, ...rest)
}

const { TestNetwork, mockMailer } = await import('@atproto/dev-env')

const network = await TestNetwork.create({
  introspect: { port: 2581 },
  plc: { port: 2582 },
  pds: { port: 2583, hostname: 'localhost', enableDidDocWithSession: true },
  bsky: { port: 2584, dbPostgresSchema: 'bsky', publicUrl: 'http://localhost:2584' },
  ozone: { port: 2587, dbMaterializedViewRefreshIntervalMs: 30_000 },
})
mockMailer(network.pds)
console.log('READY', network.pds.url)

const stop = async () => {
  setTimeout(() => process.exit(0), 3000).unref()
  await network.close().catch(() => {})
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
