// Silences Node's warnings that nobody can act on: that it runs TypeScript, and that kafkajs passes odd times to timers.
export const nodeFlags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
