// What is being typed into an input, shown in place of the value as it is read back: "0." must not turn into "0" under the
// cursor. It holds until the draft changes in another way, by undo or in the YAML, or the input is left.
import { shallowRef } from 'vue'
import { useStudyDraft } from './use-study-draft'

/** What is typed, by a name for the input. */
export function useTyped() {
  const draft = useStudyDraft()
  const typed = shallowRef<{ input: string; text: string; draft: string }>()
  /** What is typed into an input; undefined where nothing is. */
  const typedIn = (input: string): string | undefined =>
    typed.value?.input === input && typed.value.draft === draft.text.value ? typed.value.text : undefined
  return {
    typedIn,
    /** Keeps a text that `write` has made a value of. */
    type: (input: string, text: string, write: () => void) => {
      write()
      typed.value = { input, text, draft: draft.text.value }
    },
    leave: () => {
      typed.value = undefined
    },
  }
}
