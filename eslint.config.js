import tseslint from 'typescript-eslint';

/** Which configuration of TypeScript a file belongs to: as `npm run typecheck` has it. */
const PAGES = ['renderer/**/*.{ts,tsx}', 'test/unit/renderer/**/*.{ts,tsx}'];
const IN_BROWSERS = ['test/e2e/**/*.ts', 'scripts/screenshots.ts', 'bench/ui/*.ts'];

function typed(project) {
  return { parserOptions: { project, tsconfigRootDir: import.meta.dirname } };
}

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'dist/',
      'dist-installers/',
      'coverage/',
      'bench/.data/',
      'main/engine/chunker/assembly/',
      'main/engine/archiver/assembly/',
      'main/engine/index/assembly/',
      '**/*.generated.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs,ts,tsx}'],
    extends: [tseslint.configs.base],
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-debugger': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-throw-literal': 'off',
      'no-unused-vars': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
    },
  },
  {
    // Rules that need types. One program for everything that runs on Node.
    files: ['**/*.{ts,tsx}'],
    languageOptions: typed('./tsconfig.json'),
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      // `signal.reason` is typed as any.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingAny: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: PAGES, languageOptions: typed('./renderer/tsconfig.json') },
  { files: IN_BROWSERS, languageOptions: typed('./test/e2e/tsconfig.json') },
  {
    // Here standard output is the product.
    files: ['main/cli/**/*.ts', 'bench/**', 'scripts/**', 'test/support/closing-line-reporter.ts'],
    rules: { 'no-console': 'off' },
  },
);
