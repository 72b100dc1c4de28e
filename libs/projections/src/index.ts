// Read models: what the log says, folded into answers.

export * from './errors';
export * from './queries';
