// `afterword theory`: what the closed forms predict for a config's task at the end of pretraining. Needs no workspace.
import { theoryValues } from '../../theory/predictions'
import type { Arguments } from '../arguments'
import { jsonValues, printJson, shortNumber, textTable } from '../output'
import { readStudyFile } from '../study-file'

/** Prints the predictions for the study's own config; a sweep's axes are left out. */
export async function showTheory(args: Arguments): Promise<number> {
  const { study } = await readStudyFile(args.positionals[0] ?? '', args.flags.set)
  if (study.runs.length > 1) {
    process.stderr.write(
      'the sweep is left out: these are the values of the config itself (--set changes it)\n',
    )
  }
  const values = theoryValues(study.study)
  if (args.flags.json) printJson({ values: jsonValues(values) })
  else
    process.stdout.write(
      `${textTable(Object.entries(values).map(([name, value]) => [name, shortNumber(value)]))}\n`,
    )
  return 0
}
