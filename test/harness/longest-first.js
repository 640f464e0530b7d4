import Sequencer from '@jest/test-sequencer';

/** The folders of the longest test files. They start first, so that no worker waits long for the last one. */
const longest = [
  'suites/generated/',
  'suites/storm/',
  'suites/model/',
  'suites/docs/',
  'suites/end-to-end/',
  'suites/access/',
  'platform/embedded-postgres/',
  'platform/database/',
  'api/oauth/keys/',
];

/** Starts long test files first. Jest itself knows their times only from an earlier run, which CI does not have. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = longest.findIndex((part) => path.includes(`/test/${part}`));
      return index < 0 ? longest.length : index;
    };
    // Jest orders the files within a rank by the time of their last run, or by their size.
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
