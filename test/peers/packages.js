import { spawnSync } from 'node:child_process';

/** The Python of Debian, which finds the packages of Debian. */
export const python = '/usr/bin/python3';
export const apache = '/usr/sbin/apache2';
export const apacheModules = '/usr/lib/apache2/modules';

/** What the peers are, without the package `apache2`, which would bring the service of the system. */
const packages = [
  'curl',
  'openssl',
  'python3-requests-oauthlib',
  'python3-jwt',
  'python3-cryptography',
  'apache2-bin',
  'libapache2-mod-auth-openidc',
];

/** Commands that succeed only if everything is installed. */
const probes = [
  ['curl', '--version'],
  ['openssl', 'version'],
  [python, '-c', 'import cryptography, jwt, requests_oauthlib'],
  [apache, '-v'],
  ['ls', `${apacheModules}/mod_auth_openidc.so`],
];
const isInstalled = () =>
  probes.every(([file = '', ...args]) => spawnSync(file, args, { stdio: 'ignore' }).status === 0);

/** Installs the peers, as root on Debian or Ubuntu, if they are missing. @throws Error if they remain missing */
export function installPeers() {
  if (!isInstalled() && process.getuid?.() === 0) {
    const args = ['install', '--yes', '--no-install-recommends', ...packages];
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  if (!isInstalled()) throw new Error(`Install these packages of Debian first: ${packages.join(', ')}`);
}
