/** Transcripts of SET, GET and the options of SET except lifetimes (expiry.test.ts). */

import { test } from 'node:test';
import { play } from './transcript.js';

test('SET stores a value, GET returns it, and a missing key is nil', () => {
  play(`
    > get k
    (nil)
    > set k v
    OK
    > get k
    "v"
    > SET k w
    OK
    > GeT k
    "w"
  `);
});

test('keys and values may be empty', () => {
  play(`
    > set "" ""
    OK
    > get ""
    ""
    > exists ""
    (integer) 1
    > dbsize
    (integer) 1
  `);
});

test('SET NX stores only when the key is missing', () => {
  play(`
    > set k v NX
    OK
    > set k w nx
    (nil)
    > get k
    "v"
  `);
});

test('SET XX stores only when the key exists', () => {
  play(`
    > set k v XX
    (nil)
    > get k
    (nil)
    > set k v
    OK
    > set k w xx
    OK
    > get k
    "w"
  `);
});

test('SET GET stores a value and returns the old one', () => {
  play(`
    > set k v GET
    (nil)
    > set k w get
    "v"
    > get k
    "w"
  `);
});

test('SET NX GET returns an existing value and keeps it', () => {
  play(`
    > set k v NX GET
    (nil)
    > get k
    "v"
    > set k w GET NX
    "v"
    > get k
    "v"
  `);
});

test('SET XX GET returns the old value and replaces it', () => {
  play(`
    > set k v XX GET
    (nil)
    > get k
    (nil)
    > set k v
    OK
    > set k w GET XX
    "v"
    > get k
    "w"
  `);
});

test('a repeated option counts once', () => {
  play(`
    > set k v NX NX
    OK
    > set k w XX GET GET XX
    "v"
  `);
});

test('NX and XX exclude each other, and an unknown option changes nothing', () => {
  play(`
    > set k v NX XX
    (error) ERR syntax error
    > set k v XX GET NX
    (error) ERR syntax error
    > set k v nonsense
    (error) ERR syntax error
    > set k v ""
    (error) ERR syntax error
    > get k
    (nil)
  `);
});

test('SET demands a key and a value', () => {
  play(`
    > set
    (error) ERR wrong number of arguments for 'set' command
    > set k
    (error) ERR wrong number of arguments for 'set' command
    > get
    (error) ERR wrong number of arguments for 'get' command
    > get a b
    (error) ERR wrong number of arguments for 'get' command
  `);
});
