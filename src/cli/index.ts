// The built command line: parses the arguments, runs one command, turns what it throws into a message and an exit code.
// bin/afterword.mjs starts it after completing the set-up.
import { exitCodeOf, exitCodes, messageOf } from '../shared/errors'
import { assertNever } from '../shared/assert'
import { AfterwordError } from '../shared/errors'
import { parseArguments, type Arguments } from './arguments'
import { listRuns } from './commands/list'
import { measureStudy } from './commands/measure'
import { showPassAtK } from './commands/passk'
import { reproduce } from './commands/reproduce'
import { resumeRun, runStudy } from './commands/run'
import { showRun } from './commands/show'
import { showTheory } from './commands/theory'
import { helpText } from './help'
import { ignoreClosedPipes, printJson } from './output'

async function main(argv: readonly string[]): Promise<number> {
  try {
    return await runCommand(parseArguments(argv))
  } catch (error) {
    const isDebug = argv.includes('--debug')
    process.stderr.write(
      `afterword: ${isDebug && error instanceof Error ? stackOf(error) : messageOf(error)}\n`,
    )
    if (argv.includes('--json')) printJson({ error: { code: codeOf(error), message: messageOf(error) } })
    return exitCodeOf(error)
  }
}

async function runCommand(args: Arguments): Promise<number> {
  switch (args.command) {
    case 'run':
      return runStudy(args)
    case 'resume':
      return resumeRun(args)
    case 'list':
      return listRuns(args)
    case 'show':
      return showRun(args)
    case 'export':
      // Only this command draws: the others start without the chart library.
      return (await import('./commands/export')).exportChart(args)
    case 'measure':
      return measureStudy(args)
    case 'theory':
      return showTheory(args)
    case 'passk':
      return showPassAtK(args)
    case 'reproduce':
      return reproduce(args)
    case 'help':
      process.stdout.write(helpText())
      return exitCodes.done
    default:
      return assertNever(args.command)
  }
}

function codeOf(error: unknown): string {
  return error instanceof AfterwordError ? error.code : 'internal'
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}

ignoreClosedPipes()
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
