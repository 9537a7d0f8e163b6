import { importTests } from '../helpers/import-tests.js';

await importTests('kv');
