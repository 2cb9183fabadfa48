// The help text, made from the table of commands so that it cannot drift from what is parsed.
import { commands, commonFlags } from './arguments'

interface Row {
  name: string
  help: string
}

/** What `afterword help` prints. */
export function helpText(): string {
  const commandRows: Row[] = Object.values(commands).map(({ usage, help }) => ({ name: usage, help }))
  commandRows.push({ name: 'doctor', help: 'what is installed, what is missing, what to do about it' })
  const flags: Record<string, { value?: string; help: string }> = {
    ...commands.run.flags,
    ...commands.export.flags,
    ...commands.passk.flags,
    ...commands.reproduce.flags,
    ...commonFlags,
  }
  const flagRows = Object.entries(flags).map(([name, flag]) => ({
    name: `--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`,
    help: flag.help,
  }))
  return [
    'afterword <command>: train studies, look at runs, export charts',
    '',
    ...table(commandRows),
    '',
    ...table(flagRows),
    '',
    'A run is named by its id or the beginning of it. Exit codes: 0 done, 1 the run failed, 2 the input is wrong, 130 interrupted.',
    '',
  ].join('\n')
}

function table(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(({ name }) => name.length))
  return rows.map(({ name, help }) => `  ${name.padEnd(width)}  ${help}`)
}
