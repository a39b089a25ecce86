/** What those who talk to a running service need: the command line and the tray. */
export { attach, attachAsNobody, type Attachment, type AttachOptions, type TokenSource } from './attach.ts';
export { ServiceClient, type ForwardedAnswer, type ForwardedRequest, type Query } from './service-client.ts';
export { ServiceError } from './service-error.ts';
