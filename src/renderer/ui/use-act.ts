// Runs what a button does and shows its failure as a toast with the message; nothing fails silently.
import { useToast } from '@nuxt/ui/composables'
import { messageOf } from '../../shared/errors'
import { keepError } from '../api/keep-error'

/** `act` runs something and reports failure; `report` shows an error; `say` shows that something is done, and takes it back where asked; returns what closes it. */
export function useAct() {
  const toast = useToast()
  const report = (error: unknown) => {
    keepError(error)
    toast.add({
      title: 'That did not work',
      description: messageOf(error),
      color: 'error',
      icon: 'i-lucide-circle-alert',
      duration: 12_000,
    })
  }
  const say = (title: string, description?: string, undo?: () => Promise<void>): (() => void) => {
    const { id } = toast.add({
      title,
      ...(description ? { description } : {}),
      color: 'neutral',
      icon: 'i-lucide-circle-check',
      ...(undo ? { actions: [{ label: 'Undo', onClick: () => void act(undo) }] } : {}),
      duration: undo ? 10_000 : 4000,
    })
    return () => toast.remove(id)
  }
  const act = async (task: () => Promise<void> | void): Promise<void> => {
    try {
      await task()
    } catch (error) {
      report(error)
    }
  }
  return { act, report, say }
}
