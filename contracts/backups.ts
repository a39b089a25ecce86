export { BACKUP_TYPES, BackupState, BackupType } from './backup-words.ts';
