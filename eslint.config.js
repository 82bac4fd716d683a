import tseslint from 'typescript-eslint'

const sansIo = 'This layer is sans-I/O: everything enters by a call that is given `now`.'
const asynchronous = [
  { selector: 'AwaitExpression', message: sansIo },
  { selector: 'ForOfStatement[await=true]', message: sansIo },
  { selector: ':function[async=true]', message: sansIo },
  { selector: 'NewExpression[callee.name="Promise"]', message: sansIo },
  { selector: 'MemberExpression[object.name="Promise"]', message: sansIo },
  { selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: sansIo },
]
const ambient = [
  'Date',
  'performance',
  'process',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'crypto',
  'fetch',
].map((name) => ({ name, message: sansIo }))

/** What a layer may not import: the layers above and beside it, and Node's own modules. */
const layer = (...patterns) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: patterns.map((regex) => ({
        regex,
        message: 'Imports point one way: shell -> core -> wire, shell -> transport.',
      })),
    },
  ],
})

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/*.js',
      '**/*.mjs',
      '**/*.d.ts',
      '**/fixtures/**',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': 'off',
    },
  },
  {
    files: ['packages/memberlist/src/wire/**/*.ts'],
    rules: {
      ...layer('^node:(?!crypto$|buffer$|zlib$)', '^(\\.\\./)+(core|shell|transport)/'),
      'no-restricted-syntax': ['error', ...asynchronous],
      'no-restricted-globals': ['error', ...ambient],
    },
  },
  {
    files: ['packages/memberlist/src/core/**/*.ts'],
    rules: {
      ...layer('^node:(?!buffer$)', '^(\\.\\./)+(shell|transport)/'),
      'no-restricted-syntax': ['error', ...asynchronous],
      'no-restricted-globals': ['error', ...ambient],
    },
  },
  {
    files: ['packages/memberlist/src/transport/**/*.ts'],
    rules: layer('^(\\.\\./)+(core|shell)/'),
  },
  {
    files: ['packages/kv/src/**/*.ts'],
    rules: layer('memberlist/(src|dist|internal)'),
  },
  {
    files: ['packages/kv/src/replica/**/*.ts', 'packages/kv/src/wire/**/*.ts'],
    rules: {
      ...layer(
        '^node:(?!buffer$)',
        '^@hearsay/',
        '^\\.\\./(?!(errors|limits|settings|store)\\.ts$|replica/|wire/)',
      ),
      'no-restricted-syntax': ['error', ...asynchronous],
      'no-restricted-globals': ['error', ...ambient],
    },
  },
  {
    files: ['packages/agent/src/**/*.ts', 'packages/simulator/src/**/*.ts'],
    rules: layer('memberlist/(src|dist)/'),
  },
  {
    files: ['**/test/**/*.ts'],
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
)
