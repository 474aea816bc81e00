import { openLocalObjects } from '../../../src/history/local-objects.ts';
import { survivesFailingWrites } from '../../contract/history-faults.ts';
import { openMemoryObjects } from '../../support/memory-objects.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

describe('[I] history with failing writes in memory', function () {
  this.timeout(120_000);
  survivesFailingWrites(async () => openMemoryObjects());
});

describe('[I] history with failing writes in a directory', function () {
  this.timeout(120_000);
  const folder = useTemporaryFolder();
  let stores = 0;
  survivesFailingWrites(async () => {
    stores += 1;
    return openLocalObjects(folder.file(String(stores)));
  });
});
