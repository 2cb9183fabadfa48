// Lint rules: type-checked TypeScript, Vue, and the import directions of docs/architecture.md.
import importX from 'eslint-plugin-import-x'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

/** Layers and what each may import of ours; everything else of src is out of bounds for it. */
const layers: Record<string, readonly string[]> = {
  shared: [],
  theory: ['shared', 'statistics'],
  statistics: ['shared'],
  charts: ['shared', 'theory', 'statistics'],
  engine: [],
  lab: ['shared', 'theory', 'statistics', 'engine'],
  'run-folder': ['shared'],
  trainer: ['shared', 'theory', 'statistics', 'engine', 'lab', 'run-folder'],
  workbench: ['shared', 'theory', 'statistics', 'charts', 'run-folder'],
  cli: ['shared', 'theory', 'statistics', 'charts', 'run-folder', 'workbench'],
  main: ['shared', 'workbench'],
  preload: ['shared'],
  renderer: ['shared', 'theory', 'statistics', 'charts'],
}
const zones = Object.entries(layers).map(([layer, allowed]) => ({
  target: `./src/${layer}`,
  from: './src',
  except: [layer, ...allowed].map((name) => `./${name}`),
  message: `src/${layer} may import only: ${[layer, ...allowed].join(', ')} (docs/architecture.md)`,
}))

const tensorflow = ['@tensorflow/*']
const node = ['node:*']
const electron = ['electron', 'electron/*']
const window = ['vue', '@nuxt/ui', '@nuxt/ui/*', 'vue-echarts']
const bans: Record<string, readonly string[]> = {
  shared: [...tensorflow, ...node, ...electron, ...window, 'echarts', 'echarts/*', 'lowdb', 'lowdb/*'],
  theory: [...tensorflow, ...node, ...electron, ...window, 'echarts', 'echarts/*'],
  statistics: [...tensorflow, ...node, ...electron, ...window, 'echarts', 'echarts/*'],
  charts: [...tensorflow, ...node, ...electron, ...window],
  engine: [...electron, ...window, 'echarts', 'echarts/*', '@tensorflow/tfjs-node*'],
  lab: [...node, ...electron, ...window, '@tensorflow/tfjs-node*', '@tensorflow/tfjs-backend-*'],
  'run-folder': [...tensorflow, ...electron, ...window],
  trainer: [...electron, ...window, ...tensorflow],
  workbench: [...electron, ...window, ...tensorflow],
  cli: [...electron, ...window, ...tensorflow],
  main: [...window, ...tensorflow],
  preload: [...window, ...tensorflow, ...node],
  renderer: [...node, ...electron, ...tensorflow],
}

/** The rule that keeps packages out of a layer. */
function banned(layer: string, group: readonly string[]): ['error', object] {
  return [
    'error',
    { patterns: [{ group: [...group], message: `not in src/${layer} (docs/architecture.md)` }] },
  ]
}

export default tseslint.config(
  { ignores: ['out/**', 'node_modules/**', 'coverage/**', 'test-results/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.{ts,mts,vue}'],
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        project: [
          './tsconfig.pure.json',
          './tsconfig.engine.json',
          './tsconfig.lab.json',
          './tsconfig.node.json',
          './tsconfig.preload.json',
          './tsconfig.web.json',
          './tsconfig.test.json',
        ],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.base.json' })],
      'import-x/extensions': ['.ts'],
      'import-x/ignore': ['\\.vue$'],
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  ...Object.entries(bans).map(([layer, group]) => ({
    files: [`src/${layer}/**/*.{ts,vue}`],
    rules: { 'no-restricted-imports': banned(layer, group) },
  })),
  {
    // The one door to native TensorFlow.
    files: ['src/engine/native.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    // Same seed, same numbers: no clock and no hidden randomness in the science.
    files: ['src/engine/**/*.ts', 'src/lab/**/*.ts', 'src/theory/**/*.ts', 'src/statistics/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'draw from engine/random.ts' },
        { object: 'Date', property: 'now', message: 'take a clock as an argument' },
        { object: 'performance', property: 'now', message: 'take a clock as an argument' },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ['src/renderer/**/*.vue'],
    rules: {
      // Prettier formats templates.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
    },
  },
)
