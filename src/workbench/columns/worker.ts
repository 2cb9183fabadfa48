// The drawing thread: reads column files and draws comparisons, so that the window's process stays free for the window. An entry
// of its own; it ends with its parent.
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../shared/assert'
import { AfterwordError, messageOf } from '../../shared/errors'
import { LocalDrawer } from './comparison-drawer'
import type { DrawerData, DrawerMessage, DrawMessage } from './drawer-messages'

const port = parentPort
assert(port, 'the drawing thread was started by itself')
const { cacheFolder } = workerData as DrawerData
const send = (message: DrawerMessage) => port.postMessage(message)
const drawer = new LocalDrawer(cacheFolder, (progress) => send({ type: 'progress', progress }))

port.on('message', ({ id, request }: DrawMessage) => {
  drawer.draw(request).then(
    (result) => send({ type: 'drawn', id, result }),
    (error: unknown) => {
      const known = error instanceof AfterwordError ? error.toJSON() : undefined
      send({ type: 'failed', id, error: known ?? { code: 'internal', message: messageOf(error) } })
    },
  )
})
