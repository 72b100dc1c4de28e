// Stops the brokers that tests have shared, if any has asked for one.
module.exports = () => globalThis.stopBrokers?.();
