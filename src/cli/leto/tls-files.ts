/**
 * Reads and checks the files of -tls-cert, -tls-key and -tls-ca. How they are used in a connection
 * is decided in src/node and src/transport.
 */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { LetoError } from '../../base/index.js';
import type { TlsSettings } from '../../control/index.js';
import { readSmallFile } from '../shell/secret-files.js';

/** The paths of the PEM files. */
type TlsFiles = TlsSettings;

interface ReadTls {
  readonly tls: TlsSettings;
  readonly warnings: readonly string[];
}

/**
 * Reads the three files and checks that they belong together, so that a mistake is reported here
 * and not by a failing handshake.
 * @throws {LetoError} LETO_BAD_OPTION
 */
export function readTls(files: TlsFiles, nowMs: number): ReadTls {
  const cert = readSmallFile(files.cert, '-tls-cert').text;
  const { text: key, isReadableByOthers } = readSmallFile(files.key, '-tls-key');
  const ca = readSmallFile(files.ca, '-tls-ca').text;
  const certLabel = `-tls-cert ${files.cert}`;
  const caLabel = `-tls-ca ${files.ca}`;
  const [own, ...chain] = certificatesIn(cert, certLabel) as [
    X509Certificate,
    ...X509Certificate[],
  ];
  const authorities = certificatesIn(ca, caLabel);
  if (!own.checkPrivateKey(keyIn(key, files.key))) {
    throw tlsFileError(`-tls-key ${files.key} is not the key of ${certLabel}`);
  }
  checkValidity(own, certLabel, nowMs);
  const issuer = [...chain, ...authorities].find((candidate) => hasIssued(candidate, own));
  if (!issuer) throw tlsFileError(`${certLabel} is not signed by ${caLabel}`);
  checkValidity(issuer, `the CA of ${certLabel}`, nowMs);
  const readableKeyWarning = `-tls-key ${files.key} can be read by other users of this machine; run chmod 600`;
  return { tls: { cert, key, ca }, warnings: isReadableByOthers ? [readableKeyWarning] : [] };
}

function certificatesIn(text: string, label: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  if (blocks.length === 0) throw tlsFileError(`${label} holds no certificate in PEM form`);
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw tlsFileError(`${label} holds a certificate that can't be read`);
  }
}

/** Hides OpenSSL's reason, which might show parts of the key. */
function keyIn(text: string, file: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw tlsFileError(`-tls-key ${file} holds no unencrypted private key in PEM form`);
  }
}

function checkValidity(
  { validFrom, validTo }: X509Certificate,
  label: string,
  nowMs: number,
): void {
  if (nowMs > Date.parse(validTo)) throw tlsFileError(`${label} expired on ${validTo}`);
  if (nowMs < Date.parse(validFrom))
    throw tlsFileError(`${label} is not valid before ${validFrom}`);
}

function hasIssued(authority: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function tlsFileError(message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', message);
}
