// Where the window gets its workspace from: --workspace DIR, then AFTERWORD_WORKSPACE, then ~/Afterword. Creates nothing.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The absolute workspace folder for this start. */
export function workspaceFolder(argv: readonly string[], environment: NodeJS.ProcessEnv): string {
  const index = argv.findIndex(
    (argument) => argument === '--workspace' || argument.startsWith('--workspace='),
  )
  const flag = argv[index]?.startsWith('--workspace=')
    ? argv[index].slice('--workspace='.length)
    : argv[index + 1]
  if (index >= 0 && flag) return resolve(flag)
  return resolve(environment['AFTERWORD_WORKSPACE'] || join(homedir(), 'Afterword'))
}
