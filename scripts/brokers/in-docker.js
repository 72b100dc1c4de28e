// A broker in Docker, where there is one to be had; else what would have to be done for it.

/**
 * @template C
 * @param {() => Promise<C>} start
 * @returns {Promise<{ container?: C, mend: string }>}
 */
async function inDocker(start) {
  const { getContainerRuntimeClient } = require('testcontainers');
  try {
    await getContainerRuntimeClient();
  } catch {
    return { mend: 'start Docker' };
  }
  try {
    return { container: await start(), mend: '' };
  } catch (error) {
    return { mend: `help Docker (${String(error.message).split('\n')[0]})` };
  }
}

module.exports = { inDocker };
