// The page's only door: one frozen object that forwards requests and events. It exposes no Electron object, and main parses
// and checks everything that comes through.
import { contextBridge, ipcRenderer } from 'electron'
import type { Bridge } from '../shared/ipc'
import { channels } from '../shared/ipc-channels'

type Listener = (payload: unknown) => void
const listeners = new Map<string, Set<Listener>>()

ipcRenderer.on(channels.event, (_event, name: string, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(payload)
})

const bridge: Bridge = Object.freeze({
  request: (name: string, argument: unknown) => ipcRenderer.invoke(channels.request, name, argument),
  on(name: string, listener: Listener) {
    const set = listeners.get(name) ?? new Set()
    set.add(listener)
    listeners.set(name, set)
    return () => void set.delete(listener)
  },
})

contextBridge.exposeInMainWorld('afterword', bridge)
