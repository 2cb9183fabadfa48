// The page's only door: one frozen object that forwards requests and events. It exposes no Electron object, and main parses
// and checks everything that comes through.
import { contextBridge, ipcRenderer } from 'electron'
import type { Bridge, EventName, Events } from '../shared/ipc'
import { channels } from '../shared/ipc-channels'

type Listener = (payload: unknown) => void
const listeners = new Map<string, Set<Listener>>()

ipcRenderer.on(channels.event, (_event, name: string, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(payload)
})

const bridge: Bridge = Object.freeze({
  request: (name: string, argument: unknown) => ipcRenderer.invoke(channels.request, name, argument),
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void) {
    // Main is typed by the same map, so a payload of this name has its type.
    const forward: Listener = (payload) => listener(payload as Events[Name])
    const set = listeners.get(name) ?? new Set()
    set.add(forward)
    listeners.set(name, set)
    return () => {
      set.delete(forward)
    }
  },
})

contextBridge.exposeInMainWorld('afterword', bridge)
