// The built command line: parses the arguments, runs one command, turns what it throws into a message and an exit code.
// bin/afterword.mjs starts it after completing the set-up.
import { assertNever } from '../shared/assert'
import { AfterwordError, exitCodeOf, exitCodes, messageOf } from '../shared/errors'
import { parseArguments, type Arguments } from './arguments'
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

/** Every command loads what it needs: help and a mistyped flag are answered without the config schema. */
async function runCommand(args: Arguments): Promise<number> {
  switch (args.command) {
    case 'run':
      return (await import('./commands/run')).runStudy(args)
    case 'resume':
      return (await import('./commands/run')).resumeRun(args)
    case 'list':
      return (await import('./commands/list')).listRuns(args)
    case 'show':
      return (await import('./commands/show')).showRun(args)
    case 'export':
      return (await import('./commands/export')).exportChart(args)
    case 'measure':
      return (await import('./commands/measure')).measureStudy(args)
    case 'theory':
      return (await import('./commands/theory')).showTheory(args)
    case 'passk':
      return (await import('./commands/passk')).showPassAtK(args)
    case 'reproduce':
      return (await import('./commands/reproduce')).reproduce(args)
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
