// `afterword theory`: what the closed forms predict for a config's task at the end of pretraining, and for people what policy
// gradients begin with: groups without signal, and what the first step does to lengths. Needs no workspace.
import { stageTitle } from '../../shared/config/describe'
import { isRejection, type RunConfig } from '../../shared/config/schema'
import { powersOfTwo } from '../../statistics/pass-at-k'
import { lengthTendency } from '../../theory/contraction'
import { chainPassAtK, greedyAccuracy } from '../../theory/parity'
import { predictions, theoryValues } from '../../theory/predictions'
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
  const { study: config } = study
  const values = theoryValues(config)
  if (args.flags.json) printJson({ values: jsonValues(values) })
  else if (Object.keys(values).length === 0)
    process.stdout.write(
      `no closed form: there are some for parity without partial chains and for hidden-method, task.kind is ${config.task.kind}\n`,
    )
  else
    process.stdout.write(
      `${textTable(Object.entries(values).map(([name, value]) => [name, shortNumber(value)]))}\n${chainText(config)}${silentText(config)}${lengthText(config)}`,
    )
  return 0
}

/** Attempts that pass@k by the chain is printed for. */
const chainAttempts = powersOfTwo(64)

/** On parity: pass@k where only the whole long answer counts, of a model with the task's mixture. No guess can pass it. */
function chainText({ task }: Pick<RunConfig, 'task'>): string {
  if (task.kind !== 'parity' || task.bits === 1 || task.partialFraction > 0) return ''
  const rows = chainAttempts.map((k) => [`pass@${k} by the whole chain`, shortNumber(chainPassAtK(task, k))])
  return `\n${textTable(rows)}\n`
}

/** The share of groups that are all right or all wrong when a policy-gradient stage begins. */
function silentText(config: RunConfig): string {
  const rows = config.stages.flatMap((stage, index) => {
    const share = predictions(config, index, { step: 0 })['theory/rl/frac_reward_zero_std']
    if (share === undefined) return []
    return [[`stage ${index} ${stageTitle(stage)}`, 'groups without signal at its start', shortNumber(share)]]
  })
  return rows.length === 0 ? '' : `\n${textTable(rows)}\n`
}

/** What the first step of each policy-gradient stage on parity does to lengths, once the chain is learned. */
function lengthText({ task, stages }: Pick<RunConfig, 'task' | 'stages'>): string {
  if (task.kind !== 'parity' || task.bits === 1 || task.partialFraction > 0) return ''
  const lengths = { longTokens: task.bits + 1, shortTokens: 2 }
  const outcomes = { longFraction: task.longFraction, longAccuracy: 1, shortAccuracy: 0.5, ...lengths }
  const rows = stages.flatMap((stage, index) => {
    if (stage.kind !== 'rl' || isRejection(stage) || stage.sampler !== 'policy') return []
    const found = lengthTendency(stage, { ...outcomes, greedyAccuracy: greedyAccuracy(task) })
    if (found === undefined) return []
    const sides = `${shortNumber(found.long)} for long, ${shortNumber(found.short)} for short answers`
    return [[`stage ${index} ${stageTitle(stage)}`, found.tendency, `weight of a token: ${sides}`]]
  })
  return rows.length === 0 ? '' : `\n${textTable(rows)}\n`
}
