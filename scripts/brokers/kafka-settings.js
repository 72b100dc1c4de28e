// The settings of a Kafka broker on this machine: broker and controller in one, with a third listener where a test wants one.
const fs = require('node:fs');
const path = require('node:path');

/** For clients, for controllers, for clients of the third listener. */
const PORTS_EACH = 3;

/** The form in which Kafka takes a name and password when its storage is made. */
const SCRAM = ({ username, password }) => `SCRAM-SHA-512=[name=${username},password=${password}]`;

/** A certificate for 127.0.0.1 that signs itself; and key and certificate in one file, as Kafka wants them. */
function makeCertificate(folder, run) {
  const [key, cert, both] = ['key', 'cert', 'both'].map((name) => path.join(folder, `${name}.pem`));
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
  run('openssl', [...request, ...subject], 'A certificate for Kafka could not be made');
  fs.writeFileSync(both, `${fs.readFileSync(key, 'utf8')}${fs.readFileSync(cert, 'utf8')}`);
  return { cert, both };
}

/** The third listener: its name, its protocol, the port that clients are told, and what else must be set. */
function thirdListener(port, { proxyPort, guard, pem }) {
  if (proxyPort) return { name: 'PROXIED', protocol: 'PLAINTEXT', told: proxyPort, more: {} };
  if (!guard) return undefined;
  const login = 'org.apache.kafka.common.security';
  const { username, password } = guard;
  return {
    name: 'GUARDED',
    protocol: 'SASL_SSL',
    told: port,
    more: {
      'listener.name.guarded.ssl.keystore.type': 'PEM',
      'listener.name.guarded.ssl.keystore.location': pem.both,
      'listener.name.guarded.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
      'listener.name.guarded.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required user_${username}="${password}";`,
      'listener.name.guarded.scram-sha-512.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
    },
  };
}

/** The text of broker `id`'s file of settings; `ports` are those of all brokers. */
function settings(id, ports, folder, third) {
  const brokers = ports.length / PORTS_EACH;
  const [port, controllerPort, thirdPort] = ports.slice(PORTS_EACH * (id - 1));
  const voters = Array.from({ length: brokers }, (_, i) => `${i + 1}@127.0.0.1:${ports[PORTS_EACH * i + 1]}`);
  const more = thirdListener(thirdPort, third);
  const at = (name, where) => `${name}://127.0.0.1:${where}`;
  const inSync = Math.max(1, brokers - 1);
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters.join(','),
    listeners: [at('PLAINTEXT', port), at('CONTROLLER', controllerPort), ...(more ? [at(more.name, thirdPort)] : [])],
    'advertised.listeners': [at('PLAINTEXT', port), ...(more ? [at(more.name, more.told)] : [])],
    'listener.security.protocol.map': [
      'PLAINTEXT:PLAINTEXT',
      'CONTROLLER:PLAINTEXT',
      ...(more ? [`${more.name}:${more.protocol}`] : []),
    ],
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': path.join(folder, 'data'),
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': brokers,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': brokers,
    'transaction.state.log.min.isr': inSync,
    'group.initial.rebalance.delay.ms': 0,
    // A dead broker is noticed sooner than by default, so that a leader's death costs seconds.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    ...more?.more,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

module.exports = { PORTS_EACH, SCRAM, makeCertificate, settings };
