import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { LetoError } from '../../base/index.js';
import type { TlsSettings } from '../../control/index.js';
import { readSmallFile } from '../shell/secret-files.js';

/** Where the PEM texts are. */
type TlsFiles = TlsSettings;

interface ReadTls {
  readonly tls: TlsSettings;
  readonly warnings: readonly string[];
}

/**
 * The three files, which must go together: what is wrong is said here, and not by a handshake that
 * fails.
 * @throws {LetoError} LETO_BAD_OPTION
 */
export function readTls(files: TlsFiles, nowMs: number): ReadTls {
  const cert = readSmallFile(files.cert, '-tls-cert').text;
  const { text: key, isReadableByOthers } = readSmallFile(files.key, '-tls-key');
  const ca = readSmallFile(files.ca, '-tls-ca').text;
  const certPlace = `-tls-cert ${files.cert}`;
  const caPlace = `-tls-ca ${files.ca}`;
  const [own, ...chain] = certificatesIn(cert, certPlace) as [
    X509Certificate,
    ...X509Certificate[],
  ];
  const authorities = certificatesIn(ca, caPlace);
  if (!own.checkPrivateKey(keyIn(key, files.key))) {
    throw tlsFileError(`-tls-key ${files.key} is not the key of ${certPlace}`);
  }
  checkValidity(own, certPlace, nowMs);
  const issuer = [...chain, ...authorities].find((candidate) => hasIssued(candidate, own));
  if (!issuer) throw tlsFileError(`${certPlace} is not signed by ${caPlace}`);
  checkValidity(issuer, `the CA of ${certPlace}`, nowMs);
  const readableKeyWarning = `-tls-key ${files.key} can be read by other users of this machine; run chmod 600`;
  return { tls: { cert, key, ca }, warnings: isReadableByOthers ? [readableKeyWarning] : [] };
}

function certificatesIn(text: string, place: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  if (blocks.length === 0) throw tlsFileError(`${place} holds no certificate in PEM form`);
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw tlsFileError(`${place} holds a certificate that can't be read`);
  }
}

/** OpenSSL's reasons might show parts of the key. */
function keyIn(text: string, file: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw tlsFileError(`-tls-key ${file} holds no key in PEM form without a passphrase`);
  }
}

function checkValidity(
  { validFrom, validTo }: X509Certificate,
  place: string,
  nowMs: number,
): void {
  if (nowMs > Date.parse(validTo)) throw tlsFileError(`${place} has expired on ${validTo}`);
  if (nowMs < Date.parse(validFrom))
    throw tlsFileError(`${place} is not valid before ${validFrom}`);
}

function hasIssued(authority: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function tlsFileError(message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', message);
}
