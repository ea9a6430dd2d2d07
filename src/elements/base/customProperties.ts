/** The look of figures, as far as a page may change it. */

/**
 * Custom properties that a page may set on a figure or around it, with their meaning and defaults (in light, in dark).
 */
export const CUSTOM_PROPERTIES = {
  '--blockspin-ink': ['text, axes and lines', '#22303f', '#dfe4ea'],
  '--blockspin-quiet': ['captions, ticks, exact curves', '#5d6873', '#9aa6b2'],
  '--blockspin-rule': ['grid lines and borders', '#d9dde1', '#3a444f'],
  '--blockspin-paper': ['background of a figure', '#ffffff', '#161b21'],
  '--blockspin-panel': ['background of controls', '#f5f4f0', '#1f262e'],
  '--blockspin-accent': ['what is measured, what can be moved', '#0b63a5', '#6cb4ee'],
  '--blockspin-second': ['a second series', '#b8500a', '#f0975a'],
  '--blockspin-third': ['a third series', '#00795a', '#4cc39b'],
  '--blockspin-spin-up': ['up spins', '#1d2b40', '#e9e4d8'],
  '--blockspin-spin-down': ['down spins', '#f3f0e9', '#26303d'],
} as const satisfies Record<`--blockspin-${string}`, readonly [meaning: string, light: string, dark: string]>;
