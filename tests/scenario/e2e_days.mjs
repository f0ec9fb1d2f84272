// Working days in the page, against a server of their own: people sign in, and what they enter stays out of the other pages' tests.

import { runPageTests } from './pages.mjs';

await runPageTests('e2e:days');
