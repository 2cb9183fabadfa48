// Where measurements of engines are remembered: in the cache of the user, beside no run and no workspace.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The user's cache: AFTERWORD_CACHE, else $XDG_CACHE_HOME/afterword, else ~/.cache/afterword. */
export function userCache(environment: NodeJS.ProcessEnv = process.env): string {
  const { AFTERWORD_CACHE: own, XDG_CACHE_HOME: shared } = environment
  return own ? resolve(own) : join(shared ? shared : join(homedir(), '.cache'), 'afterword')
}

/** The folder of measurements in a cache: a JSON file each. */
export function measurementsFolder(cache: string): string {
  return join(cache, 'engine-measurements')
}
