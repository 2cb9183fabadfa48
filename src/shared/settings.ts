// What a person sets once for a workspace (settings.json): the values, their ranges and defaults.
import { z } from 'zod'
import { deviceRequestSchema, engineRequestSchema } from './run/record'

/** Most runs side by side on one device. */
const MOST_SLOTS = 64

const slotCount = z.int().min(1).max(MOST_SLOTS)
/** How many runs are computed side by side on the CPU, and on each GPU. */
export const slotsSchema = z.strictObject({ cpu: slotCount, gpu: slotCount })
export type Slots = z.output<typeof slotsSchema>

/** Sizes of everything in the window, in percent. */
export const textSizes = [85, 100, 115, 130, 150] as const
export type TextSize = (typeof textSizes)[number]

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  textSize: z.literal([...textSizes]),
  /** Engine new runs ask for. */
  engine: engineRequestSchema,
  /** Device new runs ask for. */
  device: deviceRequestSchema,
  /** Whether the queue starts runs by itself. */
  queueRunning: z.boolean(),
  /** Whether the desktop is told that a study ended or a run failed. */
  notifications: z.boolean(),
  slots: slotsSchema,
})
export type Settings = z.output<typeof settingsSchema>

export const defaultSettings: Settings = {
  theme: 'system',
  textSize: 100,
  engine: 'auto',
  device: 'auto',
  queueRunning: true,
  notifications: true,
  slots: { cpu: 1, gpu: 1 },
}
