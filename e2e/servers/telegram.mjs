// The emulator as a service: bots on /bot<token>/…, people on /sendMessage.
import { createRequire } from 'node:module'

const library = createRequire(process.env.TELEGRAM_HOME + '/')('telegram-test-api')
const TelegramServer = library.default ?? library
const server = new TelegramServer({ port: Number(process.env.TELEGRAM_PORT), host: '127.0.0.1', storage: 'RAM', storeTimeout: 3600 })
await server.start()
console.log('READY', server.config.apiURL)
