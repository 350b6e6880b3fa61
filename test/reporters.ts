// For people on the screen; for .ci/run, which adds up several suites, also as JSON.
type Reporters = ('default' | ['json', { outputFile: string }])[];

export function testReporters(): Reporters {
  const file = process.env['MLOPS_TEST_REPORT'];
  return file ? ['default', ['json', { outputFile: file }]] : ['default'];
}
