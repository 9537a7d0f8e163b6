/**
 * A certificate authority for tests, with files in a folder of its own, made by `openssl` as in the
 * README.
 */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { TlsSettings } from '../../src/control/index.js';

const run = promisify(execFile);

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export class Authority {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(t: TestContext): Promise<Authority> {
    const folder = await mkdtemp(join(tmpdir(), 'leto-tls-'));
    t.after(() => rm(folder, { recursive: true }));
    const authority = new Authority(folder);
    const names = ['-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=the CA of a test'];
    await authority.#openssl('req', '-x509', ...newKey, '-days', '2', ...names);
    return authority;
  }

  /** Signs a certificate that is valid for a day; resolves with the paths of its files. */
  async sign(name: string): Promise<TlsSettings> {
    const names = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`];
    await this.#openssl('req', ...newKey, ...names);
    const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1'];
    const files = ['-in', `${name}.csr`, '-out', `${name}.crt`];
    await this.#openssl('x509', '-req', ...signing, ...files);
    const at = (file: string) => join(this.folder, file);
    return { cert: at(`${name}.crt`), key: at(`${name}.key`), ca: at('ca.crt') };
  }

  /** Signs a certificate; resolves with the contents of its files. */
  async identity(name: string): Promise<TlsSettings> {
    const { cert, key, ca } = await this.sign(name);
    const [certText, keyText, caText] = await Promise.all(
      [cert, key, ca].map((file) => readFile(file, 'utf8')),
    );
    return { cert: certText ?? '', key: keyText ?? '', ca: caText ?? '' };
  }

  async #openssl(...args: readonly string[]): Promise<void> {
    await run('openssl', [...args], { cwd: this.folder });
  }
}
