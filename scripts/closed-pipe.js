// For every command: when whoever reads its output stops (`| head`), the command goes on in silence and ends with the exit code that
// it would have had. A stack trace tells nobody anything, and a verdict must not depend on who listens.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
