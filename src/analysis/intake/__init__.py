"""From what somebody published to a survey's folder: skeletons, drafts, exports."""
